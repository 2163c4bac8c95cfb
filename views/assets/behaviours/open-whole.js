// Opens the target of a link or a form as a whole page when an answer lacks the requested part, such as after the end
// of the session, or when there is no answer.
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

/** A failed request by the page itself, such as a look-up beside a form, is no reason to leave it. */
function open(source, url) {
  if (source.matches('a, form, body')) {
    location.assign(url);
  }
}
