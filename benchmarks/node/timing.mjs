// Reads a job from the file named on the command line, runs `once` over its people in turn, and prints CPU microseconds per message.
import { readFileSync, writeFileSync } from 'node:fs';

export async function timed(prepare) {
  const job = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  const once = await prepare(job);
  let last = '';
  const round = async (count) => {
    for (let index = 0; index < count; index += 1) last = await once(job.people[index % job.people.length]);
  };
  await round(job.warm);
  const before = process.cpuUsage();
  await round(job.count);
  const spent = process.cpuUsage(before);
  if (job.sample) writeFileSync(job.sample, String(last));
  console.log(JSON.stringify({ us: (spent.user + spent.system) / job.count, size: last.length }));
}
