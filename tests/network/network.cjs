// The Bluesky network in small, on this machine alone: directory, server, stream and AppView. Arguments: the folder with
// node_modules and the ports of directory, server and AppView; PostgreSQL and Redis stand in the environment.
const net = require('net')
const path = require('path')
const { createRequire } = require('module')

const [modules, plc, pds, bsky] = process.argv.slice(2)
const { TestNetwork } = createRequire(path.join(modules, 'package.json'))('@atproto/dev-env')

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...rest) {
  if (typeof where === 'number') return listen.call(this, { port: where, host: '127.0.0.1' }, ...rest)
  if (where && where.port !== undefined) where.host = '127.0.0.1'
  return listen.call(this, where, ...rest)
}

const ports = { plc: { port: Number(plc) }, pds: { port: Number(pds) }, bsky: { port: Number(bsky) } }
TestNetwork.create({ dbPostgresSchema: 'ravi', ...ports })
  .then(() => console.log('READY'))
  .catch((error) => { console.error(error); process.exit(1) })
process.on('SIGTERM', () => process.exit(0))
