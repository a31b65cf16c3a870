// Some tests start the Node that a system has, which may not read TypeScript: those processes are not watched.
if (Number.parseInt(process.versions.node, 10) >= 24) await import('./recorder.ts');
