import { upstreamCall } from '../telemetry/index.js'
import { DocumentStore, type TaggedFile } from './document-store.js'

const upstream = 'document-store'

/** Any store, with its requests counted and timed. */
export class CountedStore extends DocumentStore {
  constructor(private readonly store: DocumentStore) {
    super()
  }

  delete(path: string): Promise<void> {
    return upstreamCall({ upstream, operation: 'delete' }, () => this.store.delete(path))
  }

  create(path: string, bytes: Uint8Array): Promise<boolean> {
    return upstreamCall({ upstream, operation: 'create' }, () => this.store.create(path, bytes))
  }

  get(path: string): Promise<Uint8Array | undefined> {
    return upstreamCall({ upstream, operation: 'get' }, () => this.store.get(path))
  }

  getTagged(path: string): Promise<TaggedFile | undefined> {
    return upstreamCall({ upstream, operation: 'get' }, () => this.store.getTagged(path))
  }

  tag(path: string): Promise<string | undefined> {
    return upstreamCall({ upstream, operation: 'tag' }, () => this.store.tag(path))
  }

  list(prefix: string): Promise<string[]> {
    return upstreamCall({ upstream, operation: 'list' }, () => this.store.list(prefix))
  }
}
