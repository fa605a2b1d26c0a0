export { ScrapeModule } from './scrape.module.js'
