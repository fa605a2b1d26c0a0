import { Module } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '../config/index.js'
import { CountedStore } from './counted.store.js'
import { DocumentStore } from './document-store.js'
import { documentsSettings } from './documents.settings.js'
import { FolderStore } from './folder.store.js'
import { S3Store } from './s3.store.js'

/** `DocumentStore` for a service, as its environment says. */
@Module({
  providers: [
    {
      provide: DocumentStore,
      useFactory: (env: Environment) => openDocumentStore(env),
      inject: [ENVIRONMENT],
    },
  ],
  exports: [DocumentStore],
})
export class DocumentsModule {}

/** @throws SettingsError naming what is malformed */
export function openDocumentStore(env: Environment): DocumentStore {
  const settings = documentsSettings(env)
  return new CountedStore(settings.kind === 's3' ? new S3Store(settings) : new FolderStore(settings.folder))
}
