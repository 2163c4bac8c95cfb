/** Fields of the form for SMTP servers that each customer has; the provider's name is added to the hosts. */
export const servers = [
  { title: 'Office', host: 'smtp', port: '587', security: 'starttls', usage: 'default' },
  {
    title: 'Invoices',
    host: 'relay',
    port: '465',
    security: 'tls',
    usage: 'custom',
    'service.sales': '1',
  },
] as const;

export const frenchServers = [
  { ...servers[0], title: 'Bureau' },
  { ...servers[1], title: 'Factures' },
] as const;
