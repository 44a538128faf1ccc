using StoreConnector.Core.Guards;

namespace StoreConnector.Core.Messages;

/// <summary>What may be chosen, in words.</summary>
public static class TopicWords
{
    /// <summary>Its name, as a box is labelled.</summary>
    public static string Of(Purpose topic, string language) =>
        Words.Common(language)["topic." + Suppression.TopicOf(topic)];

    /// <summary>Several, within a sentence; in the order of <see cref="Choices.All"/>.</summary>
    public static string List(IReadOnlyCollection<Purpose> topics, string language)
    {
        var words = Words.Common(language);
        return string.Join(words["comma"] + " ", Choices.All.Where(topics.Contains)
            .Select(topic => words["topicInText." + Suppression.TopicOf(topic)]));
    }
}
