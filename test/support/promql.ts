/** What a PromQL expression names; whether it is one is for promtool to say. */
export interface Named {
  /** Each metric, with the labels by which its series are chosen. */
  readonly selectors: readonly { readonly metric: string; readonly labels: readonly string[] }[]
  /** Labels by which series are put together or matched. */
  readonly groupings: readonly string[]
}

const words = new Set(
  'and or unless by without on ignoring group_left group_right offset bool inf nan'.split(' '),
)
const strings = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g
const grouping = /\b(?:by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)/g
const durations = /\[[^\]]*\]|\boffset\s+\w+/g
// A name with its selectors, unless it is a function (it has a parenthesis after it) or the end of a number (1e6).
const selector = /(?<![\w.])([a-zA-Z_:][\w:]*)(?![\w:])\s*(?:\{([^}]*)\}|(?!\s*\())/g

export function namedIn(expression: string): Named {
  const bare = expression.replaceAll(strings, '""').replaceAll(durations, ' ')
  const groupings = [...bare.matchAll(grouping)].flatMap(([, list = '']) => listed(list))
  const found = [...bare.replaceAll(grouping, ' ').matchAll(selector)]
  const selectors = found
    .filter(([, metric = '']) => !words.has(metric.toLowerCase()))
    .map(([, metric = '', matchers = '']) => ({
      metric,
      labels: listed(matchers).map((matcher) => /^\w+/.exec(matcher)?.[0] ?? ''),
    }))
  return { selectors, groupings }
}

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
