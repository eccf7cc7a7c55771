/** `npm start -w demo`: the demo alone, until Ctrl-C. */
import { startDemo } from './start';

const demo = await startDemo({
  onUnexpectedExit: (reason) => {
    console.error(reason);
    process.exitCode = 1;
    void demo.stop();
  },
});
console.log(`control: ${demo.controlUrl}`);
for (const { instance, address } of demo.targets) {
  console.log(`${instance}: http://${address}/metrics`);
}
const stop = () => void demo.stop().then(() => process.exit());
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
