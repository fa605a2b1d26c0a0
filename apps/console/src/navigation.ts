/** The pages, in the order of their worth. */
const pages = [
  ['/', 'Now'],
  ['/failures', 'Failures'],
  ['/search', 'Search'],
  ['/held-up', 'Held up'],
  ['/tasks', 'Failed tasks'],
  ['/payments', 'Payments'],
  ['/jobs', 'Jobs'],
  ['/flows', 'Large work'],
  ['/webhooks', 'Webhooks'],
  ['/targets', 'Targets'],
  ['/actions', 'What was done'],
  ['/replay', 'Replay'],
  ['/streams', 'Streams'],
] as const

export interface NavigationItem {
  readonly href: string
  readonly text: string
  /** It is the page itself. */
  readonly current: boolean
  /** It is this page, or one under it. */
  readonly active: boolean
}

export const navigation = (path: string): NavigationItem[] =>
  pages.map(([href, text]) => ({
    href,
    text,
    current: path === href,
    active: path === href || (href !== '/' && path.startsWith(`${href}/`)),
  }))
