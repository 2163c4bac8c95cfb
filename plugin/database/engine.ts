/** The databases that Relais runs on. Ask for what an engine can do, and for its name only in SQL that differs. */
export type Engine = 'sqlite' | 'mariadb';
