import { type EmailRequest } from './notify-email.js'

/** As many as Notify lists at a time. */
const PAGE_SIZE = 250

type Email = EmailRequest & { notificationId: string }

interface Entry {
  email: Email
  /** Place among all emails, to page from. */
  place: number
  createdAt: number
}

/** The emails taken, by id and by reference; newest first when listed. */
export class NotifyStore {
  #all: Entry[] = []
  readonly #byId = new Map<string, Entry>()
  readonly #byReference = new Map<string, Entry[]>()

  add(email: Email): void {
    const entry = { email, place: this.#all.length, createdAt: Date.now() }
    this.#all.push(entry)
    this.#byId.set(email.notificationId, entry)
    if (email.reference === null) return
    const same = this.#byReference.get(email.reference)
    if (same) same.push(entry)
    else this.#byReference.set(email.reference, [entry])
  }

  clear(): void {
    this.#all = []
    this.#byId.clear()
    this.#byReference.clear()
  }

  /** What the email says; the real words are in Notify's template. */
  content(email: Email): { subject: string; body: string; from_email: string } {
    return {
      subject: 'Help with Prison Visits',
      body: `Template ${email.template_id}`,
      from_email: 'prison.visits@notifications.example.com',
    }
  }

  find(id: string, url: string): object | undefined {
    const entry = this.#byId.get(id)
    return entry && this.#describe(entry, url)
  }

  /** One page of emails by `reference`, `status` and `older_than`, with the links Notify adds. */
  page(query: URLSearchParams, url: string): { notifications: object[]; links: object } {
    const address = `${url}/v2/notifications`
    const entries = this.#select(query)
    const last = entries.at(-1)
    const next = new URLSearchParams(query)
    if (last) next.set('older_than', last.email.notificationId)
    return {
      notifications: entries.map((entry) => this.#describe(entry, url)),
      links: {
        current: `${address}?${query.toString()}`,
        ...(last && { next: `${address}?${next.toString()}` }),
      },
    }
  }

  #select(query: URLSearchParams): Entry[] {
    const reference = query.get('reference')
    const statuses = query.getAll('status')
    if (statuses.length > 0 && !statuses.includes('sending')) return []
    const among = reference === null ? this.#all : (this.#byReference.get(reference) ?? [])
    const olderThan = query.get('older_than')
    const before = olderThan === null ? Infinity : (this.#byId.get(olderThan)?.place ?? 0)
    const page: Entry[] = []
    for (let i = among.length - 1; i >= 0 && page.length < PAGE_SIZE; i -= 1) {
      const entry = among[i]
      if (entry && entry.place < before) page.push(entry)
    }
    return page
  }

  #describe({ email, createdAt }: Entry, url: string): object {
    const { subject, body } = this.content(email)
    const created = new Date(createdAt).toISOString()
    return {
      id: email.notificationId,
      reference: email.reference,
      email_address: email.email_address,
      phone_number: null,
      type: 'email',
      status: 'sending',
      template: {
        id: email.template_id,
        version: 1,
        uri: `${url}/v2/template/${email.template_id}/version/1`,
      },
      subject,
      body,
      created_at: created,
      created_by_name: null,
      sent_at: created,
      completed_at: null,
      scheduled_for: null,
      one_click_unsubscribe: null,
      is_cost_data_ready: true,
      cost_in_pounds: 0,
      cost_details: {},
    }
  }
}
