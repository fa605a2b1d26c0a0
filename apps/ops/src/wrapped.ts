const width = 80

/** What belongs together: an option with its value in brackets, or a word. */
const piece = /\[[^\]]*\]\S*|\S+/g

/**
 * A text in lines that fit a terminal of 80 columns; a word that is longer stands alone.
 * @param begins what the first line begins with; the others are as far in as its spaces, and four further where words follow
 */
export function wrapped(begins: string, text: string): string {
  const indent = begins.trim() === '' ? begins : `${/^ */.exec(begins)?.[0] ?? ''}    `
  const lines: string[] = []
  let line = begins
  for (const word of text.match(piece) ?? []) {
    const separator = line.trim() === '' || line.endsWith(' ') ? '' : ' '
    if (line.trim() !== '' && line.length + separator.length + word.length > width) {
      lines.push(line.trimEnd())
      line = indent + word
    } else line += separator + word
  }
  return [...lines, line.trimEnd()].join('\n')
}
