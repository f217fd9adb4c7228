// Two real Bluesky servers (PDS) and the directory that they share (PLC, in memory), on this machine alone. One keeps the
// pace that the software keeps by itself; the other one lets tests hurry. Arguments: the folder with node_modules, a folder
// for data, the ports of directory, server and paced server, and the address of an AppView.
const net = require('net')
const path = require('path')
const crypto = require('crypto')
const { createRequire } = require('module')

const [modules, data, plcPort, port, pacedPort, appView] = process.argv.slice(2)
const installed = createRequire(path.join(modules, 'package.json'))

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...rest) {
  if (typeof where === 'number') return listen.call(this, { port: where, host: '127.0.0.1' }, ...rest)
  if (where && where.port !== undefined) where.host = '127.0.0.1'
  return listen.call(this, where, ...rest)
}

async function main() {
  const { PlcServer, MockDatabase } = installed('@did-plc/server')
  const { PDS, envToCfg, envToSecrets, readEnv } = installed('@atproto/pds')
  await PlcServer.create({ db: new MockDatabase(), port: Number(plcPort), version: '0' }).start()
  for (const [name, at, isPaced] of [['quick', port, false], ['paced', pacedPort, true]]) {
    const word = () => crypto.randomBytes(32).toString('hex')
    const settings = {
      ...readEnv(), devMode: true, port: Number(at), hostname: 'localhost', serviceDid: 'did:web:localhost',
      serviceHandleDomains: ['.test'], dataDirectory: path.join(data, name), blobstoreDiskLocation: path.join(data, name, 'blobs'),
      didPlcUrl: `http://127.0.0.1:${plcPort}`, inviteRequired: false, crawlers: [], adminPassword: word(), jwtSecret: word(),
      plcRotationKeyK256PrivateKeyHex: word(), blobUploadLimit: 52428800, rateLimitsEnabled: isPaced,
      bskyAppViewUrl: appView, bskyAppViewDid: 'did:web:appview.localhost'
    }
    require('fs').mkdirSync(settings.dataDirectory, { recursive: true })
    const server = await PDS.create(envToCfg(settings), envToSecrets(settings))
    await server.start()
  }
}

process.on('SIGTERM', () => process.exit(0))
main().catch((error) => { console.error(error); process.exit(1) })
