/** With `undeliverable address: ` around it, it fits into a reply line (RFC 5321 §4.5.3.1.5). */
const mostOctets = 190;

const status = String.raw`^([45]\.[0-9]+\.[0-9]+)`;
const said = `${status} host [^ ]+ said: `;
const code = String.raw`[0-9]{3}[ -]([0-9]\.[0-9]+\.[0-9]+ +)?`;

const rules: readonly (readonly [pattern: string, text: string])[] = [
  // An IP address, or a character beyond ASCII.
  [
    String.raw`${said}.*([^ -~]|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+|:[0-9a-f]*:)`,
    'The other mail server does not take mail for this recipient',
  ],
  [`${said}${code}([^[]{0,${mostOctets - 1}}[^[ ]) *(\\(in reply to|[[])`, '$$3'],
  [`${said}${code}([^[]{${mostOctets}})`, '$$3'],
  [`${status.replace('45', '4')} `, 'The other mail server cannot be reached for now'],
  [`${status.replace('45', '5')} `, 'The other mail server does not take this message'],
];

/**
 * Removes the server's name and address, and anything in brackets, from the replies of a redirected domain's server:
 * any sender sees them, and the server may be in an internal network. The log keeps them.
 */
export const otherServersAnswers = `regexp:{${rules
  .map(([pattern, text]) => `{/${pattern}/ $$1 ${text}}`)
  .join(', ')}}`;
