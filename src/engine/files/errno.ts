/** True for an error of the operating system with one of these names. */
export function hasErrno(error: unknown, ...codes: string[]): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
  )
}

/** True when there is no such file, or one of its folders is a file. */
export function isMissing(error: unknown): boolean {
  return hasErrno(error, 'ENOENT', 'ENOTDIR')
}

/** True when the system refuses this user. */
export function isForbidden(error: unknown): boolean {
  return hasErrno(error, 'EACCES', 'EPERM')
}
