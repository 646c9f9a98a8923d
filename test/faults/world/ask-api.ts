import { maxAnswerBytes, type AskApi } from '../../../lambdas/contract/ports.ts';
import { withLargeBody } from '../kinds/api.ts';
import { reasonOf, sawAnswer, textOf, type Caller, type NetworkOptions } from './answers.ts';
import { echoing } from './echoes.ts';
import { postTo } from './posts.ts';
import { wrappedText } from './wrapped.ts';

/** How `askApi` of the adapters would see the network: the same outcomes, in virtual time. */
export const createAskApi = (options: NetworkOptions, caller: Caller): AskApi => {
  const { faultCase, host, faults, witness } = options;
  const { clock, limit } = caller;
  const timedOut = `timed out after ${limit / 1000} s`;
  return async ({ url: address, headers, post }) => {
    if (post !== undefined) return postTo({ url: address, headers, post }, caller, options);
    const url = new URL(address);
    const exported = url.pathname.startsWith('/v1.0/exports/')
      ? faults.meet('exported')
      : undefined;
    const fault = exported ?? faults.meet('api');
    const network = fault?.place === 'api' ? fault.network : undefined;
    if (network !== undefined && network !== 'drips') {
      witness.saw('provider down');
      await clock.sleep(network === 'hangs' ? limit : faultCase.answerSeconds * 1000);
      return { reached: false, reason: network === 'hangs' ? timedOut : reasonOf(network.error) };
    }
    await clock.sleep(faultCase.answerSeconds * 1000);
    const saying = withLargeBody(fault?.saying);
    const echoes = fault?.place === 'api' ? fault.echoes : undefined;
    const { captured, said } = await host.ask(
      url,
      headers,
      echoes === undefined || saying?.says !== 'http'
        ? saying
        : echoing(saying, echoes, { headers }),
    );
    const { status, end, body } = captured;
    const drips = network === 'drips';
    const isTooLong = body.length > maxAnswerBytes;
    sawAnswer(options, captured, said, drips || isTooLong);
    if (said !== undefined) caller.said = said;
    if (drips || end === 'open') await clock.sleep(limit);
    if (status === undefined) {
      witness.saw('provider down');
      return { reached: false, reason: end === 'open' ? timedOut : reasonOf('UND_ERR_SOCKET') };
    }
    const text =
      drips || isTooLong || end !== 'whole' ? undefined : await textOf(captured, options);
    return {
      reached: true,
      answer: { status, headers: captured.headers, text: wrappedText(text, status, faultCase) },
    };
  };
};
