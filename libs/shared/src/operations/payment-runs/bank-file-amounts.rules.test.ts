import { expect, it } from 'vitest'
import { amountsIn } from './bank-file-amounts.rules.js'

it.each<[string, number[] | undefined]>([
  ['', []],
  ['112233,12345678,Zoë O’Hara        ,00000012.34,\n', [1_234]],
  [
    '112233,12345678,"Ann ""B"", C    ",00000000.01,"1,2"\n001122,00000001,,99999999.99,R\n',
    [1, 9_999_999_999],
  ],
  ['112233,12345678,"x,00000009.99,y",00000000.01,\n', [1]],
  ['112233,12345678,Ann,00000012.34,', undefined],
  ['112233,12345678,Ann,12.34,\n', undefined],
  ['1122,12345678,Ann,00000012.34,\n', undefined],
  ['\n', undefined],
])('the amounts of %j', (text, expected) => {
  expect(amountsIn(Buffer.from(text))).toEqual(expected)
})
