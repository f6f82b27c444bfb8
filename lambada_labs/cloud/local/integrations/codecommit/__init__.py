"""CodeCommit: commits, and the triggers that a push sets off."""
