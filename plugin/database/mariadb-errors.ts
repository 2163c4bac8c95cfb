import type { DriverError, EngineErrors } from './engine.js';

const duplicate = 1062;

/** A lock timeout, a deadlock or a failed Galera certification. */
const contention = new Set<unknown>([1205, 1213]);

/**
 * Storage errors of MariaDB and MySQL: files that cannot be created, read or written, a full disk or table, a read-only
 * server, table or transaction.
 */
const storage = new Set([
  1, 2, 3, 20, 1004, 1016, 1021, 1024, 1026, 1030, 1034, 1036, 1114, 1194, 1195, 1290, 1598, 1792,
  1836, 1874, 1881, 3019,
]);

/** Too many connections, access denied, a node outside its cluster, a stopped server or query. */
const noAnswer = new Set([
  1040, 1044, 1045, 1047, 1049, 1053, 1077, 1079, 1129, 1130, 1203, 1226, 1317, 1698, 1927, 1969,
  3024,
]);

export const mariadbErrors: EngineErrors = {
  isContention: ({ errno }) => contention.has(errno),
  isDuplicate: ({ errno }) => errno === duplicate,
  cannotStore: (error) => isFromServer(error) && storage.has(Number(error.errno)),
  // mysql2 marks errors as fatal that end a connection or prevented it.
  doesNotAnswer: (error) =>
    error.fatal === true || (isFromServer(error) && noAnswer.has(Number(error.errno))),
};

function isFromServer(error: DriverError): boolean {
  return error.sqlState !== undefined;
}
