// Bodies so complete that nothing in them is refused.

export const password = 'nine small lamps glowing';
export const mailbox = { version: '1', displayName: 'X', imap: '1' };
export const targets = 'postmaster@elsewhere.example';
export const server = {
  version: '1',
  title: 'X',
  host: 'smtp.elsewhere.example',
  port: '587',
  security: 'starttls',
  authentication: 'login',
  user: 'x',
  password: 'x',
  address: 'x@elsewhere.example',
  usage: 'default',
};
export const webmail = { version: '1', name: ':unique', address: 'https://{domain}/mail/' };
export const account = { version: '1', name: 'X', email: 'x@elsewhere.example' };
