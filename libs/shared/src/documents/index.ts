export { DocumentStore, DocumentStoreError, StoreRefusesService } from './document-store.js'
export { documentsSettingsGroup } from './documents.settings.js'
export { DocumentsModule, openDocumentStore } from './documents.module.js'
export { StoredFiles, type StoredFile } from './stored-files.js'
