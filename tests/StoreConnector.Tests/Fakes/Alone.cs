namespace StoreConnector.Tests.Fakes;

/// <summary>What a busy machine makes late: it runs when the others are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
