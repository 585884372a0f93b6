// The figures of a running crawl, anew whenever they change. Without this the page reloads itself.
"use strict";
const events = new EventSource(location.pathname.replace(/\/$/, "") + "/events");
const show = (event) => {
  for (const [name, words] of Object.entries(JSON.parse(event.data))) {
    const place = document.querySelector(`[data-live="${name}"]`);
    if (place && place.textContent !== words) place.textContent = words;
  }
};
events.addEventListener("message", show);
events.addEventListener("ended", (event) => {
  show(event);
  events.close();
});
