import type { Database } from './database.js';
import type { FoldedSearch } from './engine.js';
import { PreparedShapes } from './prepared-shapes.js';

const shortestIndexed = 3;

/** Searches an index of three-character sequences, which is one for the rows of all owners. */
export function trigramSearch(db: Database, index: string): FoldedSearch {
  const queries = new PreparedShapes<{ readonly id: number }>(db);
  return {
    async idsWith(words, { most }) {
      const trigrams = words.filter((word) => word.length >= shortestIndexed).flatMap(trigramsOf);
      if (trigrams.length === 0) {
        return undefined;
      }
      const match = trigrams.map((each) => `"${each.replaceAll('"', '""')}"`).join(' AND ');
      const query = queries.of([most], (value) =>
        db
          .knex(index)
          .select('rowid as id')
          .whereRaw('?? MATCH ?', [index, value('match')])
          .limit(most + 1, { skipBinding: true }),
      );
      return (await query.run({ match })).map(({ id }) => id);
    },
  };
}

function trigramsOf(word: string): string[] {
  const characters = Array.from(word);
  return characters.slice(2).map((_last, index) => characters.slice(index, index + 3).join(''));
}
