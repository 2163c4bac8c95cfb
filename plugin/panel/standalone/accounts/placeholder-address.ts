/** The first administrator's address until somebody enters a real one, where nothing arrives. */
export const placeholderAddress = 'postmaster@localhost.localdomain';
