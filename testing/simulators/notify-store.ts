import { channelOf, type NotifyChannel, type NotifyRequest } from './notify-request.js'
import type { NotifyStatus, Receipt } from './notify-delivery.js'

/** As many as Notify lists at a time. */
const PAGE_SIZE = 250

type Taken = NotifyRequest & { notificationId: string }

interface Entry {
  taken: Taken
  status: NotifyStatus
  /** Place among all that were taken, to page from. */
  place: number
  createdAt: number
}

const ended = (status: NotifyStatus): boolean => !['created', 'sending', 'pending'].includes(status)

/** What was taken, by id and by reference; newest first when listed. */
export class NotifyStore {
  #all: Entry[] = []
  readonly #byId = new Map<string, Entry>()
  readonly #byReference = new Map<string, Entry[]>()

  add(taken: Taken, status: NotifyStatus): void {
    const entry = { taken, status, place: this.#all.length, createdAt: Date.now() }
    this.#all.push(entry)
    this.#byId.set(taken.notificationId, entry)
    if (taken.reference === null) return
    const same = this.#byReference.get(taken.reference)
    if (same) same.push(entry)
    else this.#byReference.set(taken.reference, [entry])
  }

  /** How many of a kind there are. */
  count(channel: NotifyChannel): number {
    return this.#all.filter(({ taken }) => channelOf(taken) === channel).length
  }

  clear(): void {
    this.#all = []
    this.#byId.clear()
    this.#byReference.clear()
  }

  setStatus(id: string, status: NotifyStatus): void {
    const entry = this.#byId.get(id)
    if (entry) entry.status = status
  }

  /** What it says; the real words are in Notify's template. */
  content(taken: Taken): object {
    const body = `Template ${taken.template_id}`
    if (channelOf(taken) === 'sms') return { body, from_number: 'VISITS' }
    return { subject: 'Help with Prison Visits', body, from_email: 'prison.visits@notifications.example.com' }
  }

  find(id: string, url: string): object | undefined {
    const entry = this.#byId.get(id)
    return entry && this.#describe(entry, url)
  }

  receipt(id: string): Receipt | undefined {
    const entry = this.#byId.get(id)
    if (!entry) return undefined
    const { taken, status, createdAt } = entry
    const at = new Date(createdAt).toISOString()
    return {
      ...{ id, reference: taken.reference, to: taken.phone_number ?? taken.email_address, status },
      ...{ created_at: at, completed_at: ended(status) ? at : null, sent_at: at },
      ...{ notification_type: channelOf(taken), template_id: taken.template_id, template_version: 1 },
    }
  }

  /** One page by `template_type`, `reference`, `status` and `older_than`, with the links Notify adds. */
  page(query: URLSearchParams, url: string): { notifications: object[]; links: object } {
    const address = `${url}/v2/notifications`
    const entries = this.#select(query)
    const last = entries.at(-1)
    const next = new URLSearchParams(query)
    if (last) next.set('older_than', last.taken.notificationId)
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
    const types = query.getAll('template_type')
    const among = reference === null ? this.#all : (this.#byReference.get(reference) ?? [])
    const olderThan = query.get('older_than')
    const before = olderThan === null ? Infinity : (this.#byId.get(olderThan)?.place ?? 0)
    const page: Entry[] = []
    for (let i = among.length - 1; i >= 0 && page.length < PAGE_SIZE; i -= 1) {
      const entry = among[i]
      if (!entry || entry.place >= before) continue
      if (types.length > 0 && !types.includes(channelOf(entry.taken))) continue
      if (statuses.length > 0 && !statuses.includes(entry.status)) continue
      page.push(entry)
    }
    return page
  }

  #describe({ taken, status, createdAt }: Entry, url: string): object {
    const created = new Date(createdAt).toISOString()
    const type = channelOf(taken)
    return {
      id: taken.notificationId,
      reference: taken.reference,
      email_address: type === 'email' ? taken.email_address : null,
      phone_number: taken.phone_number ?? null,
      type,
      status,
      template: {
        id: taken.template_id,
        version: 1,
        uri: `${url}/v2/template/${taken.template_id}/version/1`,
      },
      subject: null,
      ...this.content(taken),
      created_at: created,
      created_by_name: null,
      sent_at: created,
      completed_at: ended(status) ? created : null,
      scheduled_for: null,
      one_click_unsubscribe: null,
      is_cost_data_ready: true,
      cost_in_pounds: 0,
      cost_details: {},
    }
  }
}
