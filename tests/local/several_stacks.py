"""The app of docs/several-stacks.md."""

from aws_cdk import App

from docs.examples.several_stacks import imported, queue_and_workflows, stages

if __name__ == "__main__":
    app = App(analytics_reporting=False)
    queue_and_workflows(app)
    stages(app)
    imported(app)
    app.synth()
