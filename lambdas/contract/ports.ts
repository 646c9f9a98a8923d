/**
 * The world as the handlers see it. Each interface is implemented twice: in `lambdas/adapters` on
 * AWS, and in `local` for the embedded run. Tests pass their own.
 */

export * from './ports/api.ts';
export * from './ports/claims.ts';
export * from './ports/clock.ts';
export * from './ports/download.ts';
export * from './ports/event-bus.ts';
export * from './ports/executions.ts';
export * from './ports/objects.ts';
export * from './ports/telemetry.ts';
