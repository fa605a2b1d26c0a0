export { ScrapeModule } from './scrape.module.js'
export { ScrapedGauges, type Readings } from './scraped-gauges.js'
