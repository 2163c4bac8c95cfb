/** Imported as an ES module, it would load undici for its `WebSocket`: a twentieth of each start. */
export const http = process.getBuiltinModule('node:http');
