import assert from 'node:assert/strict';
import { noResult } from '../../plugin/jobs/job.js';
import { outcomeNotice } from '../../plugin/previews/outcome-notice.js';
import { languageFor } from '../../plugin/web/locale.js';

const texts = 'smtp-servers.selected.remove';
const refusal = (subject: string, domains = 'a.example') => ({
  subject,
  key: 'smtp-servers.errors.is-relay',
  args: { title: subject, domains },
});

describe('the notice after an action on selected rows', () => {
  const english = languageFor('en');
  const said = (result: Partial<typeof noResult>): string => {
    const { key, args } = outcomeNotice(texts, { ...noResult, ...result }, english);
    return english.t(key, args);
  };

  it('gives the number of changed rows', () => {
    assert.equal(said({ changed: 3 }), 'SMTP servers removed: 3.');
  });

  it('reports that nothing has changed', () => {
    assert.equal(said({}), 'Nothing has been changed.');
    assert.equal(said({ unchanged: 2 }), 'Nothing has been changed.');
  });

  it('gives the number of refused rows, and the first one’s reason', () => {
    const refusals = [refusal('Relay'), refusal('Other')];
    assert.match(
      said({ changed: 3, refused: 2, refusals }),
      /^SMTP servers removed: 3\. 2 rows were refused, the first being Relay: .*a\.example/,
    );
    assert.match(
      said({ refused: 1, refusals: refusals.slice(0, 1) }),
      /^Nothing has been changed\. 1 row was refused, Relay: .*a\.example/,
    );
  });

  it('fits into a cookie, however long the reason is', () => {
    const refusals = [refusal('Relay', 'a-very-long-name.example, '.repeat(200))];
    const { args } = outcomeNotice(texts, { ...noResult, refused: 1, refusals }, english);
    assert.ok(String(args['reason']).length <= 251);
  });
});
