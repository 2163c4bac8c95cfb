// Opens the target of a link or a form as a whole page when an answer lacks the requested part, such as after the end
// of the session, or when there is no answer.
import { openAgain } from './open-again.js';

export function bind(body) {
  body.addEventListener('htmx:before:swap', (event) => {
    const { ctx, tasks } = event.detail;
    const main = tasks.find((task) => task.type === 'main');
    if (ctx.select && main?.fragment.childElementCount === 0) {
      event.preventDefault();
      leave(ctx.sourceElement, ctx.response.raw);
    }
  });
  body.addEventListener('htmx:error', (event) => {
    const { ctx } = event.detail;
    if (ctx?.request.method === 'GET' && ctx.status !== 'swapped') {
      leave(ctx.sourceElement, { url: ctx.request.action, redirected: false });
    }
  });
}

/** A failed request by the page itself, such as a look-up beside a form, is no reason to leave it. */
function leave(source, { url, redirected }) {
  if (source.matches('a, form, body')) {
    location.assign(url);
  } else if (redirected) {
    openAgain();
  }
}
