/** `npm run schemas`: writes the JSON Schemas of all events to `docs/events/`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { eventSchemas } from '../lib/event-schemas.ts';

const folder = new URL('../docs/events/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const { fileName, schema } of eventSchemas()) {
  writeFileSync(new URL(fileName, folder), `${JSON.stringify(schema, null, 2)}\n`);
  console.log(`docs/events/${fileName}`);
}
