/**
 * How well a command answers what was typed: every word must begin a word of the text or stand inside it; null when one
 * does not. Smaller is better: words at the beginning of the text, then beginnings of words, then the rest.
 */
export function matchRank(query: string, text: string): number | null {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean)
  const found = text.toLowerCase()
  const starts = new Set(found.split(/[^\p{L}\p{N}]+/u).filter(Boolean))
  let rank = 0
  for (const word of wanted) {
    if (!found.includes(word)) return null
    if (found.startsWith(word)) continue
    rank += [...starts].some((start) => start.startsWith(word)) ? 1 : 2
  }
  return rank
}
