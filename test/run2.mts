import { generateCase } from './faults/generate.ts';
import { judge } from './faults/oracle/index.ts';
import { runCase } from './faults/world/run-case.ts';
let n = 0;
const by = new Map<string, number>();
for (const seed of ['1', '2', '3', '7'])
  for (let i = 0; i < 400; i++) {
    const c = generateCase(seed, i);
    if (!c.faults.some((f) => f.place === 'checksMachine' || f.place === 'answer')) continue;
    n++;
    const o = await runCase(c);
    for (const k of o.strikes.keys()) by.set(k, (by.get(k) ?? 0) + 1);
    const j = judge(o);
    if (j.length)
      console.log(c.name, j.join(' | ').slice(0, 300), JSON.stringify(c.faults).slice(0, 700));
  }
console.log(
  n,
  [...by].filter(([k]) => k.includes('checks machine')),
);
