package decks;

import invalid.repository.generationarchiver.GenerationArchiver;
import invalid.repository.generationarchiver.ProviderOptions;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.events.OnEventOptions;
import software.amazon.awscdk.services.events.targets.SqsQueue;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/** Archives Gamma's decks in a bucket of your own, and queues what was archived. */
public final class DecksStack extends Stack {
  public DecksStack(final Construct scope, final String id) {
    super(scope, id);
    final Bucket bucket = Bucket.Builder.create(this, "Bucket").enforceSsl(true).build();
    final GenerationArchiver archiver =
        GenerationArchiver.Builder.create(this, "Archiver")
            .bucket(bucket)
            .providers(Map.of("gamma", ProviderOptions.builder().build()))
            .build();

    final Queue archived = Queue.Builder.create(this, "Archived").enforceSsl(true).build();
    archiver.onArchived(
        "OnArchived", OnEventOptions.builder().target(new SqsQueue(archived)).build());
    final Role reader =
        Role.Builder.create(this, "Reader").assumedBy(new AccountRootPrincipal()).build();
    archiver.grantRead(reader);

    CfnOutput.Builder.create(this, "EventBusName")
        .value(archiver.getEventBus().getEventBusName())
        .build();
    CfnOutput.Builder.create(this, "BucketName").value(bucket.getBucketName()).build();
    CfnOutput.Builder.create(this, "ArchivedUrl").value(archived.getQueueUrl()).build();
  }
}
