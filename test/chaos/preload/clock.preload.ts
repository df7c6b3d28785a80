// Loaded into a worker before its main: its wall clock is wrong by the milliseconds of the query.
const offset = Number(new URL(import.meta.url).searchParams.get('offset'));

globalThis.Date = new Proxy(Date, {
  construct: (target, args: unknown[], newTarget) => Reflect.construct(target, args.length === 0 ? [target.now() + offset] : args, newTarget) as Date,
  get: (target, name, receiver) => (name === 'now' ? () => target.now() + offset : (Reflect.get(target, name, receiver) as unknown)),
});
