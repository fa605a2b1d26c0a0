export { DocumentStore, DocumentStoreError } from './document-store.js'
