/** Sort code, account, payee, then the amount, which is what is wanted. */
const line = /^\d{6},\d{8},(?:"(?:[^"]|"")*"|[^",]*),(\d{8})\.(\d\d),/

/**
 * The amounts of a bank file in the order of its lines, in pence.
 * @returns undefined if a line is none of a bank file
 */
export function amountsIn(bankFile: Uint8Array): readonly number[] | undefined {
  const lines = Buffer.from(bankFile).toString().split('\n')
  if (lines.pop() !== '') return undefined
  const amounts: number[] = []
  for (const each of lines) {
    const [, pounds, pence] = line.exec(each) ?? []
    if (pounds === undefined || pence === undefined) return undefined
    amounts.push(Number(pounds + pence))
  }
  return amounts
}
