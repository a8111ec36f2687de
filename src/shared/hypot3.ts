/**
 * The length of a vector, bit for bit what V8's `Math.hypot` gives for three finite numbers (parts divided by the largest,
 * squares added up with compensation), several times as fast: a call with any number of arguments is not inlined.
 */
export function hypot3(x: number, y: number, z: number): number {
  const [a, b, c] = [Math.abs(x), Math.abs(y), Math.abs(z)]
  const largest = Math.max(a, b, c)
  if (largest === 0) return 0
  // Kahan's summation, of three terms.
  const first = (a / largest) ** 2
  const second = (b / largest) ** 2
  const two = first + second
  const third = (c / largest) ** 2 - (two - first - second)
  return Math.sqrt(two + third) * largest
}
