// Archives Gamma's decks in a bucket of your own, and queues what was archived.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"repository.invalid/generation-archiver-go/generationarchiver"
)

// NewDecksStack makes the archiver beside the resources that use it.
func NewDecksStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, nil)
	bucket := awss3.NewBucket(stack, jsii.String("Bucket"), &awss3.BucketProps{
		EnforceSSL: jsii.Bool(true),
	})
	archiver := generationarchiver.NewGenerationArchiver(stack, jsii.String("Archiver"),
		&generationarchiver.GenerationArchiverProps{
			Bucket:    bucket,
			Providers: &map[string]*generationarchiver.ProviderOptions{"gamma": {}},
		})

	archived := awssqs.NewQueue(stack, jsii.String("Archived"), &awssqs.QueueProps{
		EnforceSSL: jsii.Bool(true),
	})
	archiver.OnArchived(jsii.String("OnArchived"), &awsevents.OnEventOptions{
		Target: awseventstargets.NewSqsQueue(archived, nil),
	})
	reader := awsiam.NewRole(stack, jsii.String("Reader"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewAccountRootPrincipal(),
	})
	archiver.GrantRead(reader)

	awscdk.NewCfnOutput(stack, jsii.String("EventBusName"), &awscdk.CfnOutputProps{
		Value: archiver.EventBus().EventBusName(),
	})
	awscdk.NewCfnOutput(stack, jsii.String("BucketName"), &awscdk.CfnOutputProps{
		Value: bucket.BucketName(),
	})
	awscdk.NewCfnOutput(stack, jsii.String("ArchivedUrl"), &awscdk.CfnOutputProps{
		Value: archived.QueueUrl(),
	})
	return stack
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	NewDecksStack(app, "Decks")
	app.Synth(nil)
}
