export { findChromium } from './chromium.js'
