"""CloudFormation: stacks with functions, and custom resources that functions look after."""
