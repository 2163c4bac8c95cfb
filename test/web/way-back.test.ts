import assert from 'node:assert/strict';
import { ListPaths } from '../../plugin/web/list-paths.js';
import { WayBack } from '../../plugin/web/way-back.js';

const lists = new ListPaths();
for (const path of ['/domains', '/domains/:domain/mailboxes', '/plans', '/plans-of-others']) {
  lists.add(path);
}

const page = (path: string, back?: unknown): WayBack => new WayBack(lists, path, back);

describe('the way back', () => {
  for (const [from, back, link, expected, reason] of [
    ['/plans/5', 'q=a&size=25', '/plans', '/plans?q=a&size=25', 'the list as it was left'],
    ['/plans/5', 'q=a', '/plans/5/removal', '/plans/5/removal?back=q%3Da', 'a page below the list'],
    ['/plans/5', 'q=a', '/plans/5?x=1#y', '/plans/5?x=1&back=q%3Da#y', 'a query and a fragment'],
    [
      '/plans/5',
      'q=a',
      '/plans/6?back=q%3Db',
      '/plans/6?back=q%3Db',
      'a link with a way of its own',
    ],
    ['/plans/5', 'q=a', '/plans?q=b', '/plans?q=b', 'the list in a state of its own'],
    ['/plans/5', 'q=a', '/plans-of-others/1', '/plans-of-others/1', 'a list that begins alike'],
    ['/plans/5', 'q=a', '/domains', '/domains', 'another list'],
    ['/plans/5', 'q=a', '/preferences', '/preferences', 'another page'],
    ['/plans/5', '', '/plans', '/plans', 'a list in its first state'],
    ['/plans/5', undefined, '/plans/5/removal', '/plans/5/removal', 'no way back'],
    ['/plans/5', ['q=a', 'q=b'], '/plans', '/plans', 'two ways back'],
    ['/plans/5', `q=${'a'.repeat(2000)}`, '/plans', '/plans', 'too long a one'],
    ['/preferences', 'q=a', '/plans', '/plans', 'a page below no list'],
    ['/plans', 'q=a', '/plans', '/plans', 'the list itself'],
    [
      '/plans/5',
      '//evil.example',
      '/plans',
      '/plans?//evil.example',
      'only ever a query of the list',
    ],
    ['/domains/a.example/mail-settings', 'q=a', '/domains', '/domains?q=a', 'a page of a domain'],
    [
      '/domains/a.example/mail-settings',
      'q=a',
      '/domains/a.example/mailboxes',
      '/domains/a.example/mailboxes?back=q%3Da',
      'a list below the list',
    ],
    [
      '/domains/a.example/mail-settings',
      'q=a',
      '/domains/a.example/mailboxes/new',
      '/domains/a.example/mailboxes/new?back=back%3Dq%253Da',
      'a page below the list below the list',
    ],
    [
      '/domains/a.example/mailboxes/5',
      'q=b&back=q%3Da',
      '/domains/a.example/mailboxes',
      '/domains/a.example/mailboxes?q=b&back=q%3Da',
      'the nearer of two lists',
    ],
    ['/domains/a.example/mailboxes/5', 'q=b&back=q%3Da', '/domains', '/domains?q=a', 'the farther'],
    [
      '/domains/a.example/mailboxes/5',
      'q=b&back=q%3Da',
      '/domains/a.example/mailboxes?q=c',
      '/domains/a.example/mailboxes?q=c&back=q%3Da',
      'the nearer in a state of its own',
    ],
    [
      '/domains/a.example/mailboxes/5',
      'q=b&back=q%3Da',
      '/domains/b.example/mailboxes/7',
      '/domains/b.example/mailboxes/7?back=back%3Dq%253Da',
      'a thing of another domain’s list',
    ],
  ] as const) {
    it(`leads from ${from} to ${expected}: ${reason}`, () => {
      assert.equal(page(from, back).to(link), expected);
    });
  }

  it('begins at a list in a state of its own', () => {
    assert.equal(page('/plans').below('/plans', '?').to('/plans/5'), '/plans/5');
    assert.equal(page('/plans').below('/plans', '?q=a').to('/plans/5'), '/plans/5?back=q%3Da');
    const mailboxes = '/domains/a.example/mailboxes';
    assert.equal(
      page(mailboxes, 'q=a').below(mailboxes, '?q=b').to(`${mailboxes}/5`),
      `${mailboxes}/5?back=q%3Db%26back%3Dq%253Da`,
    );
  });

  it('does not grow on the way from page to page', () => {
    let link = '/domains/a.example/mailboxes/5?back=q%3Db%26back%3Dq%253Da';
    for (let step = 0; step < 5; step += 1) {
      const { pathname, searchParams } = new URL(link, 'http://this.invalid');
      link = page(pathname, searchParams.get('back')).to('/domains/a.example/mailboxes/6');
    }
    assert.equal(
      link.replace('/6', '/5'),
      '/domains/a.example/mailboxes/5?back=q%3Db%26back%3Dq%253Da',
    );
  });
});
