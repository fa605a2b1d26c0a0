import { Injectable } from '@nestjs/common'
import { asOutcome, DocumentStore, type TaggedFile } from '#shared/documents'
import { RegisterImporterSettings } from './register-importer.settings.js'

/** The register of prisons in the document store, whose failures are those of the handler's upstream. */
@Injectable()
export class RegisterFile {
  constructor(
    private readonly store: DocumentStore,
    private readonly settings: RegisterImporterSettings,
  ) {}

  /** What tells it from what it was before; undefined where there is none. */
  tag(): Promise<string | undefined> {
    return asOutcome(() => this.store.tag(this.settings.file))
  }

  read(): Promise<TaggedFile | undefined> {
    return asOutcome(() => this.store.getTagged(this.settings.file))
  }
}
