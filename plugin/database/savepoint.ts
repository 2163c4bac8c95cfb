import type { Knex } from 'knex';

/**
 * Runs `work` in a savepoint and returns to it when `work` throws. On MariaDB a deadlock ends the transaction with its
 * savepoints: that error is passed on, not the one of the return, so that the transaction is tried again.
 */
export async function inSavepoint<T>(
  tx: Knex.Transaction,
  work: (inner: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const thrown: unknown[] = [];
  try {
    return await tx.transaction(async (inner) => {
      // Knex does not hand them on.
      inner.userParams = tx.userParams;
      try {
        return await work(inner);
      } catch (error) {
        thrown.push(error);
        throw error;
      }
    });
  } catch (error) {
    throw thrown.length === 0 ? error : thrown[0];
  }
}
