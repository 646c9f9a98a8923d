import { App, Aspects, type IAspect } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { configurationFrom } from '../../lib/config/config-sources.ts';
import { contextKey, parseConfiguration } from '../../lib/config/config.ts';
import { GenerationArchiverStack } from '../../lib/generation-archiver-stack.ts';

/** The one permission that this deployment lacks. */
const missing = 's3:PutObject';

/** A policy as CDK writes it: one action is a text, several are a list. */
interface Policy {
  readonly Version: string;
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

const without = ({ Version, Statement }: Policy): Policy => ({
  Version,
  Statement: Statement.flatMap((statement) => {
    const Action = [statement.Action].flat().filter((action) => action !== missing);
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  }),
});

/** The archiver's stack as it is, but for one permission: a deployment whose author forgot it. */
const forgetful: IAspect = {
  visit: (node) => {
    if (node instanceof CfnPolicy)
      node.policyDocument = without(node.stack.resolve(node.policyDocument) as Policy);
  },
};

const app = new App();
const { stackName, archiver } = parseConfiguration(
  configurationFrom(app.node.tryGetContext(contextKey), 'cdk.json'),
);
Aspects.of(new GenerationArchiverStack(app, stackName, { archiver })).add(forgetful);
