"""What CloudFormation does with stacks: creates, changes, rolls back and deletes them, and tells of it in events."""
