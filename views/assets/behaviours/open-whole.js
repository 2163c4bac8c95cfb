// Where an answer has not the part that was asked for, as when the session has ended, or there is no answer, what a
// link or a form leads to is opened as a whole page.
export function bind(body) {
  body.addEventListener('htmx:before:swap', (event) => {
    const { ctx, tasks } = event.detail;
    const main = tasks.find((task) => task.type === 'main');
    if (ctx.select && main?.fragment.childElementCount === 0) {
      event.preventDefault();
      open(ctx.sourceElement, ctx.response.raw.url);
    }
  });
  body.addEventListener('htmx:error', (event) => {
    const { ctx } = event.detail;
    if (ctx?.request.method === 'GET' && ctx.status !== 'swapped') {
      open(ctx.sourceElement, ctx.request.action);
    }
  });
}

/** What a page fetches by itself, such as a look-up beside a form, is no reason to leave it. */
function open(source, url) {
  if (source.matches('a, form, body')) {
    location.assign(url);
  }
}
