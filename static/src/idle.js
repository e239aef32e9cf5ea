// idle waits until the browser has nothing better to do; Safari cannot tell.
export const idle = () => new Promise((done) => (window.requestIdleCallback ?? setTimeout)(() => done()))
