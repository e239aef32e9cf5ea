// idle waits until the browser has nothing better to do; Safari cannot tell.
export const idle = () => new Promise((done) => (window.requestIdleCallback ?? setTimeout)(() => done()))

// attended is resolved when somebody moves on the page: one that is only looked at shows
// what is in sight.
export const attended = new Promise((done) => {
  for (const name of ['scroll', 'pointermove', 'touchstart', 'keydown']) addEventListener(name, done, { once: true, passive: true, capture: true })
})
