/** Goes from page to page as a browser without scripts does: with cookies, redirects and forms. */
export class Visitor {
  private readonly cookies = new Map<string, Map<string, string>>()
  /** Where it is. */
  url = ''
  status = 0
  text = ''

  async get(url: string): Promise<this> {
    return this.go(new URL(url, this.url || undefined), { method: 'GET' })
  }

  /** Sends the form whose action begins so, with its hidden fields and what is typed. */
  async submit(action: string, typed: Readonly<Record<string, string>> = {}): Promise<this> {
    const form = [...this.text.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].find(([, head = '']) =>
      new URL(unescaped(attribute(head, 'action')), this.url).pathname.startsWith(action),
    )
    if (!form) throw new Error(`there is no form ${action} at ${this.url}:\n${this.text}`)
    const [, head = '', body = ''] = form
    const fields = [...body.matchAll(/<input([^>]*)>/g)]
      .map(([, input = '']) => [attribute(input, 'name'), unescaped(attribute(input, 'value'))] as const)
      .filter(([name]) => name !== '')
    const target = new URL(unescaped(attribute(head, 'action')), this.url)
    return this.post(target.href, { ...Object.fromEntries(fields), ...typed })
  }

  async post(url: string, fields: Readonly<Record<string, string>>): Promise<this> {
    return this.go(new URL(url, this.url || undefined), { method: 'POST', body: new URLSearchParams(fields) })
  }

  private async go(to: URL, init: RequestInit): Promise<this> {
    let [url, options] = [to, init]
    for (let hops = 0; hops < 15; hops++) {
      const jar = this.jarOf(url)
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const headers = { accept: 'text/html', ...(cookie ? { cookie } : {}) }
      const answer = await fetch(url, { ...options, headers, redirect: 'manual' })
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name)
        else jar.set(name, value)
      }
      const location = answer.headers.get('location')
      this.url = url.href
      this.status = answer.status
      this.text = await answer.text()
      if (location === null || answer.status < 300 || answer.status >= 400) return this
      url = new URL(location, url)
      options = { method: 'GET' }
    }
    throw new Error(`led around in a circle, last to ${this.url}`)
  }

  /** Browsers tell hosts apart, and not ports; tests have several servers on one host. */
  private jarOf({ host }: URL): Map<string, string> {
    const jar = this.cookies.get(host) ?? new Map<string, string>()
    this.cookies.set(host, jar)
    return jar
  }
}

const attribute = (tag: string, name: string): string =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? ''

const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#x2F;', '/')
    .replaceAll('&amp;', '&')
