// What pages gain where scripts run; without them all of it works the same, with "Look again" instead of news.
import { initAll } from '/assets/govuk-frontend.min.js'

initAll()

for (const part of document.querySelectorAll('[data-live]')) {
  const news = new EventSource(part.dataset.live)
  news.addEventListener('message', ({ data }) => {
    // Whoever is on a link or reads with a cursor in it is left alone until the next one.
    if (part.contains(document.activeElement)) return
    part.innerHTML = JSON.parse(data)
  })
}
