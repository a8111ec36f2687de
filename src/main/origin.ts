/** Where the window's pages come from: this program's own scheme. */
export const ORIGIN = 'mq://studio'

/** True for pages of this program. `URL.origin` is "null" for every own scheme and for files, so it cannot tell. */
export function isOwnPage(url: string): boolean {
  if (!URL.canParse(url)) return false
  const [own, other] = [new URL(ORIGIN), new URL(url)]
  return other.protocol === own.protocol && other.host === own.host
}
